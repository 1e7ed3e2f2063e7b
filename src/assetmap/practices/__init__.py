"""GP practices, the networks they form and the patients on their lists."""
