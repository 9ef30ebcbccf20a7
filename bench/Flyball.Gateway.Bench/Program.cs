using Flyball.Gateway.Bench;

// change   what one endpoint change costs with 10,000 routes and 10,000 endpoints
// visible  from a committed endpoint to the first request that it answers
// proxy    CPU a request beside nginx and HAProxy, one core each (needs nginx, haproxy, wrk, taskset)
// latency  p99 at 70 % of nginx's top load: latency EXECUTABLE [SECONDS]
// loops    CPU a request with two loops beside one
// relay    CPU a request of a sidecar beside HAProxy in TCP mode: relay [SECONDS] EXECUTABLE
// relay-change  from another address in the catalogue to the first connection there: relay-change EXECUTABLE
// tls      the same over TLS, beside nginx with the same certificate
// serve    the gateway alone: serve PORT BACKEND-PORT DIRECTORY [fast|kestrel] [quiet|log] [tls=CERTIFICATES]
// yarp     stock YARP alone: yarp PORT BACKEND-PORT
switch (args.FirstOrDefault())
{
    case "change":
        EndpointChange.Run();
        return 0;
    case "visible":
        await FirstRequest.RunAsync();
        return 0;
    case "proxy":
        await ProxyComparison.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10);
        return 0;
    case "latency":
        await LatencyComparison.RunAsync(args[1], args.Length > 2 ? int.Parse(args[2]) : 10);
        return 0;
    case "loops":
        await LoopComparison.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10);
        return 0;
    case "relay":
        await RelayComparison.RunAsync(args.Length > 2 ? int.Parse(args[1]) : 10, args[^1]);
        return 0;
    case "relay-change":
        await RelayChange.RunAsync(args[^1]);
        return 0;
    case "tls":
        await ProxyComparison.RunTlsAsync(args.Length > 1 ? int.Parse(args[1]) : 10);
        return 0;
    case "yarp":
        await StockYarp.ServeAsync(int.Parse(args[1]), int.Parse(args[2]));
        return 0;
    case "serve":
        await GatewayHost.ServeAsync(
            int.Parse(args[1]), int.Parse(args[2]), args[3], !args.Contains("kestrel"), args.Contains("log"),
            args.FirstOrDefault(word => word.StartsWith("tls=", StringComparison.Ordinal))?[4..]);
        return 0;
    default:
        Console.Error.WriteLine(
            "change | visible | proxy [SECONDS] | tls [SECONDS] | latency EXECUTABLE [SECONDS] | loops [SECONDS] | "
            + "relay [SECONDS] EXECUTABLE | relay-change EXECUTABLE | serve PORT BACKEND-PORT DIRECTORY | "
            + "yarp PORT BACKEND-PORT");
        return 2;
}
