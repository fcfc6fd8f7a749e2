import NIOCore
import Wire

/// Takes the other handlers out of a pipeline that has become a tunnel, and the anchor, since nothing follows a tunnel.
enum PipelineCleaner {
    /// Runs after the present event, which is still on its way through these handlers.
    static func removeOthers(from channel: any Channel) {
        channel.eventLoop.assumeIsolated().execute {
            let pipeline = channel.pipeline.syncOperations
            remove(TransportAnchor.self, from: pipeline)
            remove(ClientHandler.self, from: pipeline)
            remove(TCPClientHandler.self, from: pipeline)
            remove(NodeConnection.self, from: pipeline)
        }
    }

    private static func remove<Handler: RemovableChannelHandler>(
        _ type: Handler.Type, from pipeline: ChannelPipeline.SynchronousOperations
    ) {
        // Each pipeline has only some of these; a closed one has none.
        guard let context = try? pipeline.context(handlerType: type) else { return }
        pipeline.removeHandler(context: context, promise: nil)
    }
}
