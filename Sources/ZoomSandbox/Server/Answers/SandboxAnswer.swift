/// An answer of the sandbox, before it is put on the wire.
struct SandboxAnswer: Sendable {
    var status: Int
    var code: Int?
    var headers: [(name: String, value: String)] = []
    var contentType = "application/json;charset=UTF-8"
    var body: [UInt8] = []

    /// An answer without a body.
    init(status: Int) {
        self.status = status
    }

    /// An answer with a body of any kind.
    init(status: Int, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = Array(body.utf8)
    }

    /// An answer with a body of JSON.
    init(status: Int, json: [UInt8]) {
        self.status = status
        body = json
    }

    /// What a fault answers in Zoom's place.
    static func fault(_ status: Int) -> SandboxAnswer {
        status == 401 ? .invalidToken : SandboxAnswer(status: status, code: nil, message: "A fault of the sandbox.")
    }

    /// Zoom's form of a refusal.
    init(status: Int, code: Int?, message: String, errors: [(field: String, message: String)] = []) {
        self.status = status
        self.code = code
        var json = JSONText()
        json.object { json in
            if let code { json.field("code", code) }
            json.field("message", message)
            guard !errors.isEmpty else { return }
            json.array("errors", errors) { json, error in
                json.object {
                    $0.field("field", error.field)
                    $0.field("message", error.message)
                }
            }
        }
        body = json.bytes
    }
}
