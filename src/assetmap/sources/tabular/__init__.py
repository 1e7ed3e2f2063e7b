"""Tables in files: CSV, spreadsheets, and either of them in a zip."""
