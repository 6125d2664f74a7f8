"""Campaigns: many links of one service for one website, made, held and counted together."""
