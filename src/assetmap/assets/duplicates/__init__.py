"""The same place twice: pairs that may be one, what speaks for it, who decided."""
