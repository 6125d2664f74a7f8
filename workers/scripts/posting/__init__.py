"""How a post is made: its text, its material, its pace, and what becomes of it."""
