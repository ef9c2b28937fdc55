import SQLite

/// The journal's schema: every step that ever was, in order. A step that has been released is never edited.
enum Schema {
    static let migrations = [Migration.first, .runs, .sightings, .reconciling]
}
