import Spreadsheet

/// How fast the reader alone goes through a file that is in the system's cache: every record and field found, nothing done
/// with them. The best of several times, since all that disturbs a measurement makes it slower.
package struct ParseSpeed: CustomStringConvertible {
    private let bytes: Int
    private let records: Int
    private let fields: Int
    private let best: Duration

    /// Reads a file several times.
    ///
    /// - Throws: `SpreadsheetError`.
    package init(of path: String) throws {
        let source = try SpreadsheetSource(path: path)
        let scan = try SourceScan(source)
        bytes = source.size
        var counted = (records: 0, fields: 0)
        let clock = ContinuousClock()
        best =
            try (1...7).map { _ in
                counted = (0, 0)
                return try clock.measure {
                    let reader = RecordReader(source, scan: scan, delimiter: 0x2C)
                    while try reader.advance() {
                        counted.records += 1
                        counted.fields += reader.fieldCount
                    }
                }
            }.min() ?? .zero
        (records, fields) = counted
    }

    /// For example `69400307 bytes, 1000001 records, 5000005 fields: 812 MB/s`.
    package var description: String {
        let seconds = max(best / .seconds(1), 1e-9)
        return "\(bytes) bytes, \(records) records, \(fields) fields: \(Int(Double(bytes) / seconds / 1e6)) MB/s"
    }
}
