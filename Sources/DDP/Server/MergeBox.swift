/// What a client was told about documents: the union of what its subscriptions publish.
///
/// Each field has the value of the subscription that provided it first; when that one takes it back, the next shows.
struct MergeBox: Sendable {
    private struct Key: Hashable {
        var collection: ExactString
        var id: DocumentID
    }

    private var documents: [Key: MergedDocument] = [:]
    /// What each subscription published, with the order in which it did.
    private var published: [Int: [Key: Int]] = [:]
    private var sequence = 0

    /// A subscription provides a document, or more fields of it.
    mutating func added(
        _ subscription: Int, collection: String, id: DocumentID, fields: JSONObject
    ) -> ServerMessage? {
        let key = Key(collection: ExactString(collection), id: id)
        let isNew = documents[key] == nil
        documents[key, default: MergedDocument()].publishers.insert(subscription)
        if published[subscription]?[key] == nil {
            sequence += 1
            published[subscription, default: [:]][key] = sequence
        }
        let shown = documents[key]?.set(fields, by: subscription) ?? JSONObject()
        if isNew { return .added(collection: collection, id: id, fields: shown) }
        return shown.members.isEmpty ? nil : .changed(collection: collection, id: id, fields: shown)
    }

    /// A subscription changes fields of a document that it provides; nothing happens if it does not.
    mutating func changed(
        _ subscription: Int, collection: String, id: DocumentID, fields: JSONObject, cleared: [String]
    ) -> ServerMessage? {
        let key = Key(collection: ExactString(collection), id: id)
        guard published[subscription]?[key] != nil, var document = documents.removeValue(forKey: key) else {
            return nil
        }
        var shown = document.set(fields, by: subscription)
        let gone = document.clear(cleared, by: subscription, revealing: &shown)
        documents[key] = document
        guard !shown.members.isEmpty || !gone.isEmpty else { return nil }
        return .changed(collection: collection, id: id, fields: shown, cleared: gone)
    }

    /// A subscription no longer provides a document.
    mutating func removed(_ subscription: Int, collection: String, id: DocumentID) -> ServerMessage? {
        withdraw(Key(collection: ExactString(collection), id: id), subscription)
    }

    /// A subscription no longer provides anything.
    mutating func removeAll(_ subscription: Int) -> [ServerMessage] {
        let keys = (published[subscription] ?? [:]).sorted { $0.value < $1.value }.map(\.key)
        let messages = keys.compactMap { withdraw($0, subscription) }
        published[subscription] = nil
        return messages
    }

    private mutating func withdraw(_ key: Key, _ subscription: Int) -> ServerMessage? {
        guard published[subscription]?.removeValue(forKey: key) != nil,
            var document = documents.removeValue(forKey: key)
        else { return nil }
        let (collection, id) = (key.collection.text, key.id)
        document.publishers.remove(subscription)
        if document.publishers.isEmpty { return .removed(collection: collection, id: id) }
        var shown = JSONObject()
        let names = document.fieldNames
        let gone = document.clear(names, by: subscription, revealing: &shown)
        documents[key] = document
        guard !shown.members.isEmpty || !gone.isEmpty else { return nil }
        return .changed(collection: collection, id: id, fields: shown, cleared: gone)
    }
}

extension MergeBox {
    /// Every document as the client sees it.
    var view: [DocumentView] {
        documents.map { key, document in
            DocumentView(collection: key.collection.text, id: key.id, fields: document.shown)
        }
    }

    /// One document as the client sees it.
    struct DocumentView: Sendable {
        var collection: String
        var id: DocumentID
        var fields: JSONObject
    }
}
