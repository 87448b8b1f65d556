"""The back office of courses: facts that coordinators keep, each within the own house."""
