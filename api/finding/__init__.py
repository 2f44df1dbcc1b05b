"""Searching the whole circle by words, by pinyin and by what sounds alike."""
