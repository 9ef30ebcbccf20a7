using Flyball.Gateway.Bench;

// change   what one endpoint change costs with 10,000 routes and 10,000 endpoints
// visible  from a committed endpoint to the first request that it answers
// proxy    CPU a request beside nginx and HAProxy, one core each (needs nginx, haproxy, wrk, taskset)
// serve    the gateway alone, for proxy: serve PORT BACKEND-PORT DIRECTORY [fast|kestrel] [quiet|log]
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
    case "serve":
        await GatewayHost.ServeAsync(
            int.Parse(args[1]), int.Parse(args[2]), args[3], !args.Contains("kestrel"), args.Contains("log"));
        return 0;
    default:
        Console.Error.WriteLine("change | visible | proxy [SECONDS] | serve PORT BACKEND-PORT DIRECTORY");
        return 2;
}
