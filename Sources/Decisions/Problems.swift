/// Problems as an error, for `Result`.
struct Problems: Error {
    let all: [Problem]
}
