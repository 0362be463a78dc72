class Merged: pass
def merged(): pass
