public import History
import Wire

extension VirtualClient {
    /// Sends this line, which need be no request at all, ends it as a head, and records it with the head of the answer.
    ///
    /// What an HTTP proxy must refuse by itself reaches a node only through one that passes bytes on.
    public func sendLine(_ line: String, label: RequestLabel, within limit: Duration = .seconds(5)) async {
        let requestID = nextRequestID()
        record(
            .requestSent(
                RequestSent(
                    requestID: requestID, connection: nextConnectionID(), method: String(line.prefix { $0 != " " }),
                    target: String(line.drop { $0 != " " }.dropFirst()), label: label, source: source)))
        do throws(WireError) {
            let connection = try await RawConnection.open(factory(within: limit), on: loop)
            do throws(WireError) {
                connection.send(Array("\(line)\r\n\r\n".utf8))
                let head = try LiteralResponseHead(try await connection.readHead(within: limit))
                record(.responseReceived(head.received(requestID)))
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        } catch {
            record(
                .requestFailed(
                    RequestFailed(requestID: requestID, failure: RequestFailure(error), detail: "\(error)")))
        }
    }
}
