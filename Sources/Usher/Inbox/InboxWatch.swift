import Files
import FoundationEssentials
import Spreadsheet

/// Decides which files of an inbox may be read: those that are no longer being written.
///
/// A value without a clock or a disk: its input is what was seen, and when.
struct InboxWatch: Sendable {
    /// How long a file must be unchanged.
    let settleTime: TimeInterval
    /// Each unsettled file, and since when it has been unchanged.
    private var seen: [InboxEntry: Date] = [:]

    /// Whether results files are spreadsheets like others.
    private let takesResults: Bool

    init(settleTime: TimeInterval, takesResults: Bool = true) {
        self.settleTime = settleTime
        self.takesResults = takesResults
    }

    /// Judges all entries of the inbox at a point in time.
    mutating func look(at entries: [InboxEntry], at now: Date) -> InboxScan {
        var look = InboxScan()
        var stillSeen: [InboxEntry: Date] = [:]
        for entry in entries {
            switch SpreadsheetName(entry.name) {
            case .programs: continue
            case .results where !takesResults: continue
            case .other:
                if entry.kind != .directory { look.leftAlone.append(entry.name) }
            case .conflictCopy:
                look.refused.append(.init(entry: entry, reason: SpreadsheetName.conflictAdvice))
            case .spreadsheet where entry.kind == .directory, .results where entry.kind == .directory: continue
            case .spreadsheet where entry.kind == .unnameable, .results where entry.kind == .unnameable:
                look.refused.append(
                    .init(entry: entry, reason: "Its name is not UTF-8. Give the file a plainer name.")
                )
            case .spreadsheet where entry.kind != .file, .results where entry.kind != .file:
                look.refused.append(
                    .init(entry: entry, reason: "This is a link or a device. Put the file itself into the inbox.")
                )
            case .spreadsheet, .results:
                let since = seen[entry] ?? now
                let settles = min(entry.lastChange, since).addingTimeInterval(settleTime)
                if settles <= now {
                    look.ready.append(entry)
                } else {
                    stillSeen[entry] = since
                    look.unsettled.append(entry.name)
                    look.nextLook = min(look.nextLook ?? settles, settles)
                }
            }
        }
        seen = stillSeen
        look.ready.sort { $0.order < $1.order }
        look.unsettled.sort { PathKey($0) < PathKey($1) }
        look.leftAlone.sort { PathKey($0) < PathKey($1) }
        look.refused.sort { PathKey($0.name) < PathKey($1.name) }
        return look
    }
}
