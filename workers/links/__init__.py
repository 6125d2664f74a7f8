"""The links pool: profiles, posts, articles, episodes and pages with a link, and their indexing."""
