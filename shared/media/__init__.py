"""What files of pictures, videos and sound are: looked into by a process of its own, which a
hostile file may bring down without harm."""
