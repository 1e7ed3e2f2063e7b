"""How publishers of boundaries name their columns, codes and releases."""
