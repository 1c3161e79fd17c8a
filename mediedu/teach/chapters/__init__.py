"""The authors' side of the chapters: notebooks as text, and text as executed notebooks.

``python -m mediedu.teach.chapters text`` writes each chapter as Markdown into ``build/chapters``;
``python -m mediedu.teach.chapters build`` brings changed texts back, executes what changed and stores
the outputs.
"""
