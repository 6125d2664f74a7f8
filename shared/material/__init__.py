"""The material library: videos, pictures and sounds that posts are made of."""
