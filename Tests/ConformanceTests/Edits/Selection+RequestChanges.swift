import History

/// What becomes of requests, their answers and their executions.
extension Selection {
    /// Answers have this status.
    func status(_ status: Int) -> Edit { answer { $0.status = status } }

    /// Answers have this status, and are of no node.
    func refused(_ status: Int) -> Edit {
        answer {
            $0.status = status
            ($0.nodeID, $0.bootID) = (nil, nil)
        }
    }

    /// Answers have this body.
    func body(_ body: String) -> Edit { answer { ($0.body, $0.bodyBytes) = (body, body.utf8.count) } }

    /// Answers don't come: the request fails so.
    func fails(_ failure: RequestFailure) -> Edit {
        become { event, _ in
            guard case .responseReceived(let response) = event.kind else { return }
            event.kind = .requestFailed(
                RequestFailed(requestID: response.requestID, failure: failure, detail: failure.rawValue))
        }
    }

    /// Answers, or executions, have this field instead of those of its name; nil for none.
    func header(_ name: String, _ value: String?) -> Edit {
        @Sendable func changed(_ headers: [[String]]) -> [[String]] {
            headers.filter { $0.first != name } + (value.map { [[name, $0]] } ?? [])
        }
        return become { event, _ in
            switch event.kind {
            case .responseReceived(var response):
                response.headers = changed(response.headers)
                event.kind = .responseReceived(response)
            case .requestExecuted(var request):
                request.headers = changed(request.headers)
                event.kind = .requestExecuted(request)
            default: break
            }
        }
    }

    /// Nodes see this target.
    func target(_ target: String) -> Edit {
        become { event, _ in
            guard case .requestExecuted(var request) = event.kind else { return }
            request.target = target
            event.kind = .requestExecuted(request)
        }
    }

    /// Requests bring this cookie; nil for none.
    func cookie(_ cookie: String?) -> Edit {
        become { event, _ in
            guard case .requestSent(var request) = event.kind else { return }
            request.cookie = cookie
            event.kind = .requestSent(request)
        }
    }

    /// Answers and openings are of this node.
    func node(_ choice: NodeChoice) -> Edit {
        become { event, scene in
            guard let node = choice.node(scene, besides: scene.node(of: event)) else { return }
            switch event.kind {
            case .responseReceived(var response):
                (response.nodeID, response.bootID) = (node.id, node.boot)
                event.kind = .responseReceived(response)
            case .sessionOpened(var opened):
                (opened.nodeID, opened.bootID) = (node.id, node.boot)
                event.kind = .sessionOpened(opened)
            default: break
            }
        }
    }

    private func answer(_ change: @escaping @Sendable (inout ResponseReceived) -> Void) -> Edit {
        become { event, _ in
            guard case .responseReceived(var response) = event.kind else { return }
            change(&response)
            event.kind = .responseReceived(response)
        }
    }
}
