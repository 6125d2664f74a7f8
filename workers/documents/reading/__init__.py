"""Reading: text, tables and facts out of files of many formats."""
