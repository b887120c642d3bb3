# Shared by .ci/run and .ci/nightly; sourced, not run.

# Announce a step.
step() { printf '\n== %s\n' "$*"; }

# Print the one line of README.md that follows "<!-- NAME -->" and its code fence.
readme_line() {
    local line
    line=$(awk -v mark="<!-- $2 -->" '$0 == mark { found = 1; next } found && /^```/ { fence++; next } found && fence == 1 { print; exit }' "$1")
    [ -n "$line" ] || { echo "README.md has no line marked $2" >&2; return 1; }
    printf '%s\n' "$line"
}

# Clone HEAD of a checkout ($1) into a new folder ($2), without its history.
clean_clone() { git clone --quiet --no-local --depth 1 "file://$1" "$2"; }

# First Python of a version such as 3.10, from PATH or from pyenv; empty if there is none.
find_python() {
    local candidate
    for candidate in "python$1" "$(pyenv root 2>/dev/null || true)"/versions/"$1".*/bin/python; do
        if "$candidate" -c "import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}
