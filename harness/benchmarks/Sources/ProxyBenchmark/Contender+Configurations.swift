// As people run them for sticky WebSockets: a cookie that keeps a client on its node, X-Forwarded fields, and health
// checks where the program has them; one thread, and no log of requests.
extension Contender {
    static func haproxy(_ ports: Ports, _ folder: String) -> String {
        """
        global
            maxconn 8000
            nbthread 1

        defaults
            mode http
            timeout connect 1s
            timeout client 15m
            timeout server 15m
            timeout tunnel 1h
            timeout http-request 10s
            timeout http-keep-alive 15m
            retries 3
            option redispatch 1
            option http-no-delay
            option abortonclose

        frontend front
            bind 127.0.0.1:\(ports.listen)
            default_backend app

        backend app
            balance roundrobin
            cookie LBSRV insert indirect nocache httponly
            http-request set-header X-Forwarded-For %[src]
            http-request set-header X-Forwarded-Proto http
            http-request set-header X-Forwarded-Host %[req.hdr(host)]
            http-request set-header X-Forwarded-Port %[dst_port]
            option httpchk GET /health
            default-server check inter 250ms fall 4 rise 2
            server n1 127.0.0.1:\(ports.node) cookie n1

        """
    }

    static func nginx(_ ports: Ports, _ folder: String) -> String {
        """
        daemon off;
        master_process off;
        pid \(folder)/nginx.pid;
        error_log stderr error;
        worker_rlimit_nofile 20000;
        events { worker_connections 10000; }

        http {
            access_log off;
            client_body_temp_path \(folder)/client_body;
            proxy_temp_path \(folder)/proxy;
            fastcgi_temp_path \(folder)/fastcgi;
            uwsgi_temp_path \(folder)/uwsgi;
            scgi_temp_path \(folder)/scgi;
            keepalive_timeout 15m;
            keepalive_requests 100000000;

            map $http_upgrade $connection_upgrade {
                default upgrade;
                ''      '';
            }
            map $cookie_lbsid $affinity_cookie {
                default '';
                ''      "lbsid=$request_id; Path=/; HttpOnly";
            }

            upstream app {
                hash $cookie_lbsid consistent;
                server 127.0.0.1:\(ports.node);
                keepalive 100;
                keepalive_requests 100000000;
            }

            server {
                listen 127.0.0.1:\(ports.listen) backlog=4096;

                location / {
                    proxy_pass http://app;
                    proxy_http_version 1.1;
                    proxy_set_header Host $http_host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $connection_upgrade;
                    proxy_set_header X-Forwarded-For $remote_addr;
                    proxy_set_header X-Forwarded-Proto $scheme;
                    proxy_set_header X-Forwarded-Host $http_host;
                    proxy_set_header X-Forwarded-Port $server_port;
                    proxy_buffering off;
                    proxy_read_timeout 1h;
                    add_header Set-Cookie $affinity_cookie;
                }
            }
        }

        """
    }

    static func envoy(_ ports: Ports, _ folder: String) -> String {
        """
        static_resources:
          listeners:
          - address: { socket_address: { address: 127.0.0.1, port_value: \(ports.listen) } }
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": \(types).filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: front
                  use_remote_address: true
                  stream_idle_timeout: 3600s
                  upgrade_configs: [{ upgrade_type: websocket }]
                  http_filters:
                  - name: envoy.filters.http.stateful_session
                    typed_config:
                      "@type": \(types).filters.http.stateful_session.v3.StatefulSession
                      session_state:
                        name: envoy.http.stateful_session.cookie
                        typed_config:
                          "@type": \(types).http.stateful_session.cookie.v3.CookieBasedSessionState
                          cookie: { name: lbsid, path: /, ttl: 0s }
                  - name: envoy.filters.http.router
                    typed_config: { "@type": \(types).filters.http.router.v3.Router }
                  route_config:
                    virtual_hosts:
                    - name: app
                      domains: ["*"]
                      routes: [{ match: { prefix: / }, route: { cluster: app, timeout: 0s, idle_timeout: 3600s } }]
          clusters:
          - name: app
            type: STATIC
            connect_timeout: 1s
            circuit_breakers:
              thresholds: [{ max_connections: 10000, max_pending_requests: 10000, max_requests: 10000 }]
            health_checks:
            - timeout: 1s
              interval: 0.25s
              no_traffic_interval: 0.25s
              unhealthy_threshold: 4
              healthy_threshold: 2
              http_health_check: { path: /health }
            load_assignment:
              cluster_name: app
              endpoints:
              - lb_endpoints:
                - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: \(ports.node) } } }

        """
    }

    /// The package of Envoy's extensions.
    private static let types = "type.googleapis.com/envoy.extensions"
}
