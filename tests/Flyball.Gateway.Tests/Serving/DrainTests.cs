using System.Net;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Sessions;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Serving;

/// <summary>Endpoints that come and go under requests, with the real session between gateway and store.</summary>
public abstract class DrainTests(Way way)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_RequestInFlight_IsReportedBusyUntilItEnds()
    {
        var arrived = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using KestrelBackend slow = await KestrelBackend.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await finish.Task;
            await context.Response.WriteAsync("finished");
        });
        await using KestrelBackend other =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("other"));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("slow", slow.Address);
        Task<string> inFlight = gateway.Client.GetStringAsync("/", Cancellation);
        await arrived.Task.WaitAsync(Cancellation);
        await gateway.EndpointAsync("other", other.Address);
        await gateway.EndpointAsync("slow", slow.Address, draining: true);
        long drainedAt = gateway.Store.Current.Get(Kinds.Endpoint, "slow.http")!.Value.Revision.Value;

        GatewayStatus busy = await StatusAsync(gateway, status => status.AppliedRevision >= drainedAt);
        Assert.Equal(["slow.http"], busy.BusyEndpoints);
        for (int i = 0; i < 20; i++) Assert.Equal("other", await gateway.Client.GetStringAsync("/", Cancellation));

        finish.SetResult();
        Assert.Equal("finished", await inFlight);
        GatewayStatus released = await StatusAsync(gateway, status => status.BusyEndpoints.Count == 0);
        Assert.True(released.Live);
        Assert.True(released.AppliedRevision >= drainedAt);
    }

    [Fact]
    public async Task CatalogueChangesWithoutDrains_WriteNoStatus()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        GatewayStatus first = await StatusAsync(gateway, status => status.Live);
        long revision = gateway.Store.Current.Get(Kinds.GatewayStatus, first.Gateway)!.Value.Revision.Value;
        for (int i = 0; i < 50; i++) await gateway.EndpointAsync("a" + i, new IPEndPoint(IPAddress.Loopback, 1000 + i));

        Assert.Equal(revision, gateway.Store.Current.Get(Kinds.GatewayStatus, first.Gateway)!.Value.Revision.Value);
    }

    [Fact]
    public async Task Stop_GatewayGoesAway_IsWrittenAsNotLive()
    {
        GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        GatewayStatus live = await StatusAsync(gateway, status => status.Live);
        Assert.Equal(gateway.Get<GatewayIdentity>().Id, live.Gateway);
        await gateway.StopRoleAsync();

        Assert.False((await StatusAsync(gateway, status => !status.Live)).Live);
        await gateway.DisposeAsync();
    }

    /// <summary>
    /// Instances are replaced one after the other the way a rollout does it (add, drain, wait for the gateway, stop the
    /// server for good) while clients send without a pause.
    /// </summary>
    [Fact]
    public async Task Churn_UnderLoad_FailsNoIdempotentRequest()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        var serving = new Queue<(string Name, KestrelBackend Backend)>();
        for (int i = 0; i < 2; i++) serving.Enqueue(await AddAsync(gateway, i));

        using var stop = new CancellationTokenSource();
        int sent = 0;
        var failures = new List<string>();
        Task[] clients = [.. Enumerable.Range(0, 8).Select(_ => LoadAsync())];
        for (int i = 2; i < 40; i++)
        {
            serving.Enqueue(await AddAsync(gateway, i));
            (string name, KestrelBackend old) = serving.Dequeue();
            // Every fourth is stopped without a drain, with its requests in flight, as a crash does it.
            if (i % 4 != 0) await DrainAsync(gateway, name, old);
            await old.DisposeAsync();
            await gateway.RemoveAsync(name);
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.True(failures.Count == 0, $"{failures.Count} of {sent} failed: {string.Join("; ", failures.Take(5))}");
        Assert.True(sent > 100, $"Only {sent} requests were sent.");
        foreach ((string _, KestrelBackend backend) in serving) await backend.DisposeAsync();

        async Task LoadAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                using HttpResponseMessage answer = await gateway.Client.GetAsync("/", CancellationToken.None);
                string body = await answer.Content.ReadAsStringAsync(CancellationToken.None);
                Interlocked.Increment(ref sent);
                if (answer.StatusCode == HttpStatusCode.OK) continue;
                lock (failures) failures.Add($"{(int)answer.StatusCode} {body}");
            }
        }
    }

    private static async Task<(string Name, KestrelBackend Backend)> AddAsync(GatewayUnderTest gateway, int number)
    {
        KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            await Task.Yield();
            // In one piece: an answer that broke off in its middle cannot be asked for again.
            context.Response.ContentLength = 2;
            await context.Response.WriteAsync("ok");
        });
        await gateway.EndpointAsync("a" + number, backend.Address);
        return ("a" + number, backend);
    }

    private static async Task DrainAsync(GatewayUnderTest gateway, string name, KestrelBackend backend)
    {
        await gateway.EndpointAsync(name, backend.Address, draining: true);
        Revision drained = gateway.Store.Current.Get(Kinds.Endpoint, name + ".http")!.Value.Revision;
        await StatusAsync(gateway, status =>
            status.AppliedRevision >= drained.Value
                && !status.BusyEndpoints.Contains(name + ".http", StringComparer.Ordinal));
    }

    private static async Task<GatewayStatus> StatusAsync(GatewayUnderTest gateway, Func<GatewayStatus, bool> holds)
    {
        string id = gateway.Get<GatewayIdentity>().Id;
        Revision seen = gateway.Store.Current.Revision;
        if (gateway.Store.Current.Get(Kinds.GatewayStatus, id)?.Value is { } now && holds(now)) return now;
        await foreach (ChangeBatch _ in gateway.Store.WatchAsync([Kinds.GatewayStatus.Name], seen, Cancellation))
        {
            if (gateway.Store.Current.Get(Kinds.GatewayStatus, id)?.Value is { } next && holds(next)) return next;
        }

        throw new InvalidOperationException("The watch ended.");
    }
}
