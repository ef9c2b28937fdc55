import Dispatch
import Spreadsheet
import Synchronization

extension DecisionSheet {
    /// Passes on every row in file order as `forEachRow` does, while another thread already reads and judges the next.
    ///
    /// Only for a sheet whose rows have all been read once: `body` must not use it, since the other thread does.
    ///
    /// - Parameter room: How many bytes of rows to pass on at once; tests make it small.
    /// - Throws: `SpreadsheetError` if the file can't be read to its end, or what `body` throws.
    package func forEachRowAhead(room: Int = 1 << 18, _ body: (DecisionRow) throws -> Void) throws {
        // For less, another thread would gain nothing.
        guard source.size > room * 4 else { return try forEachRow(body) }
        let ahead = RowsAhead(of: self, room: room)
        defer { ahead.stop() }
        while let block = try ahead.next() {
            for row in block.rows { try body(row) }
            ahead.giveBack()
        }
    }
}

/// Rows on their way from the thread that reads them to the one that uses them; a few blocks, however large the file.
///
/// - Safety: The sheet belongs to the reading thread until `stop` returns, and a block to one thread at a time.
private final class RowsAhead: @unchecked Sendable {
    private struct State {
        var blocks: [RowBlock] = []
        var error: (any Error)?
        var isStopped = false
    }

    private struct Stopped: Error {}

    private static let mostBlocks = 4

    private let sheet: DecisionSheet
    private let blockSize: Int
    private let state = Mutex(State())
    /// One signal for each block that may be filled, each that was, and the end of the reading. They begin at zero: a
    /// semaphore may not be given up below the value that it began with.
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(of sheet: DecisionSheet, room blockSize: Int) {
        self.sheet = sheet
        self.blockSize = blockSize
        for _ in 0..<Self.mostBlocks { room.signal() }
        DispatchQueue(label: "usher.reading").async { self.read() }
    }

    /// The next rows; nil after the last.
    func next() throws -> RowBlock? {
        filled.wait()
        return try state.withLock { state in
            if !state.blocks.isEmpty { return state.blocks.removeFirst() }
            if let error = state.error { throw error }
            return nil
        }
    }

    /// Lets another block be filled in place of one that was used.
    func giveBack() { room.signal() }

    /// Returns once nothing is read any more.
    func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
        ended.wait()
    }

    private func read() {
        var block = RowBlock(room: blockSize)
        do {
            do {
                try sheet.forEachRow { row in
                    if block.add(row) { return }
                    try pass(block)
                    block = RowBlock(room: max(blockSize, RowBlock.size(of: row)))
                    _ = block.add(row)
                }
            } catch let error where !(error is Stopped) {
                // What is before a fault comes before it.
                try pass(block)
                throw error
            }
            try pass(block)
        } catch {
            state.withLock { $0.error = error }
        }
        filled.signal()
        ended.signal()
    }

    private func pass(_ block: RowBlock) throws {
        room.wait()
        try state.withLock { state in
            guard !state.isStopped else { throw Stopped() }
            state.blocks.append(block)
        }
        filled.signal()
    }
}

/// Consecutive rows with their own copy of what they say.
///
/// - Safety: One thread at a time has it.
private final class RowBlock: @unchecked Sendable {
    private(set) var rows: [DecisionRow] = []
    private let bytes: UnsafeMutableRawBufferPointer
    private var used = 0

    init(room: Int) { bytes = .allocate(byteCount: room, alignment: 8) }

    deinit { bytes.deallocate() }

    static func size(of row: DecisionRow) -> Int {
        row.record.count + row.registrant.count + row.email.count
    }

    /// Adds a copy of a row; false if there is no room for it.
    func add(_ row: DecisionRow) -> Bool {
        guard bytes.count - used >= Self.size(of: row) else { return false }
        let record = copy(row.record)
        func cell(_ cell: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
            let cell = UnsafeRawBufferPointer(cell)
            guard let start = row.record.baseAddress, let own = cell.baseAddress, own >= start,
                own + cell.count <= start + row.record.count
            else { return copy(cell).assumingMemoryBound(to: UInt8.self) }
            // What is in the record stays in it.
            return UnsafeRawBufferPointer(rebasing: record[own - start..<own - start + cell.count])
                .assumingMemoryBound(to: UInt8.self)
        }
        rows.append(DecisionRow(row, record: record, registrant: cell(row.registrant), email: cell(row.email)))
        return true
    }

    private func copy(_ source: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let place = UnsafeMutableRawBufferPointer(rebasing: bytes[used..<used + source.count])
        place.copyMemory(from: source)
        used += source.count
        return UnsafeRawBufferPointer(place)
    }
}
