package import Wire

/// Decides where requests go in place of affinity and distribution, for balancers that go by what a request asks for.
package protocol RequestRouter: Sendable {
    /// Where this request goes; asked once for each.
    func route(_ request: RoutableRequest) -> RoutedRequest
}

/// A request as a ``RequestRouter`` sees it.
package struct RoutableRequest: Sendable {
    /// Its line and its fields.
    package let head: RequestHead
    /// The path of its target, without query.
    package let path: Substring
    /// Whether it asks to leave HTTP for WebSocket.
    package let upgrades: Bool

    /// A request with this head.
    package init(_ head: RequestHead, path: Substring, upgrades: Bool) {
        self.head = head
        self.path = path
        self.upgrades = upgrades
    }

    /// The value that it brings for a cookie of this name.
    package func cookie(_ name: String) -> Substring? { CookieField.value(of: name, in: head) }

    /// All values that it brings for cookies of this name, as far as any are read.
    package func cookies(_ name: String) -> [Substring] {
        let values = CookieField.values(of: name, in: head, atMost: KeySource.mostKeys)
        return [values.first].compactMap { $0 } + values.others
    }
}

/// What a ``RequestRouter`` decided over a request.
package struct RoutedRequest: Sendable, Equatable {
    /// Where it goes.
    package enum Course: Sendable, Equatable {
        /// Nowhere: the proxy answers it.
        case answer(RoutedAnswer)
        /// To the first of the nodes of these names that can be reached; else the client meets a failure.
        case nodes([String], otherwise: Failure)
        /// Nowhere: the proxy ends every connection that it has, as if its process died and came back.
        case crash
    }

    /// What a client meets when none of its nodes can be reached.
    package enum Failure: Sendable, Equatable {
        /// An answer of the proxy's.
        case answer(RoutedAnswer)
        /// Nothing, for as long as it waits.
        case silence
        /// The end of its connection.
        case drop
    }

    /// Where it goes.
    package var course: Course
    /// What takes the place of its target on the way to the node; nil for nothing.
    package var target: String?
    /// What is added to its fields on the way to the node.
    package var fields: [Behavior.Headers.Field] = []
    /// Whether the answer sets the affinity cookie to the name of the node.
    package var setsCookie = false
    /// The node's name that the client shows already, which is not set again.
    package var shown: String?

    /// A request that goes there as it came.
    package init(_ course: Course) { self.course = course }
}

/// An answer that a ``RequestRouter`` gives.
package struct RoutedAnswer: Sendable, Equatable {
    /// Its status.
    package var status: Int
    /// Its body.
    package var text: String
    /// What kind of text that is.
    package var contentType: String
    /// Its other fields, by their names.
    package var fields: [String: String]

    /// An answer; its text is plain unless told otherwise.
    package init(
        _ status: Int, _ text: String, contentType: String = "text/plain; charset=utf-8", fields: [String: String] = [:]
    ) {
        self.status = status
        self.text = text
        self.contentType = contentType
        self.fields = fields
    }
}
