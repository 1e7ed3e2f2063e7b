"""How to read what each supplier sends; knows column names, not meanings."""
