using Flyball.Agent.Tests.Harness;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.ServiceLinks;

/// <summary>A process that calls another service by the address in its environment.</summary>
public sealed class ServiceLinkTests : IAsyncLifetime
{
    private readonly Platform platform = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    [Fact]
    public async Task Link_FromProcessToService_ReachesItAlsoAfterTheAgentsRestart()
    {
        RunningAgent first = platform.StartAgent();
        string pages = Directory.CreateDirectory(Path.Combine(platform.Directory, "pages")).FullName;
        await File.WriteAllTextAsync(Path.Combine(pages, "index.html"), "the cart\n", Platform.Cancellation);
        string cart = await platform.PlaceAsync("shop.cart", new TaskSpec
        {
            Driver = "process", Command = ["busybox", "httpd", "-f", "-p", "127.0.0.1:$PORT", "-h", pages],
            Ports = [new PortSpec { Name = "http" }], HealthCheck = new HealthCheckSpec { Kind = HealthCheckKind.Tcp },
        });
        AllocationStatus serving = await platform.WaitForAsync(cart, s => s.Health == HealthState.Passing);
        await platform.Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Endpoint, Endpoint.NameOf(cart, "http"), new Endpoint
            {
                Service = "shop.cart", Port = "http", Allocation = cart, Version = 1, Node = serving.Node, Address =
                    "127.0.0.1",
                PortNumber = serving.Ports[0].Port, Health = HealthState.Passing,
            }),
            Platform.Cancellation);
        string web = await platform.PlaceAsync("shop.web", new TaskSpec
        {
            Driver = "process",
            Command = ["sh", "-c", "echo $CART_URL; env | grep ^services__cart; while :; do busybox wget -q -O - $CART_URL/index.html; sleep 0.1; done"],
            Links = [new ServiceLink("cart", "http", 0)],
        });
        await platform.WaitForAsync(web, AllocationPhase.Running);
        await WaitForLineAsync(web, "the cart", 1);
        string[] lines = [.. (await platform.LogsAsync(web)).Where(l => !l.IsError).Select(l => l.Text)];
        Assert.StartsWith("http://127.0.0.1:", lines[0], StringComparison.Ordinal);
        Assert.Equal($"services__cart__http__0={lines[0]}", lines[1]);

        await first.DisposeAsync();
        platform.StartAgent(o => o with { StopTasksOnShutdown = true });
        await platform.WaitForNodeAsync(NodeState.Ready);
        int seen = (await platform.LogsAsync(web)).Count(l => l.Text == "the cart");
        await WaitForLineAsync(web, "the cart", seen + 3);
    }

    private Task WaitForLineAsync(string id, string text, int count) =>
        Eventually.TrueAsync(async () => (await platform.LogsAsync(id)).Count(l => l.Text == text) >= count);
}
