"""The smallest sets of genes whose loss stops growth: survivals, covers, and the search between them."""
