using Flyball.Contracts.Gateway;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Forwarding;

public abstract class BalancingTests(Way way)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<(GatewayUnderTest Gateway, KestrelBackend[] Backends)> StartAsync(RouteBalance balance)
    {
        GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        var backends = new KestrelBackend[4];
        for (int i = 0; i < backends.Length; i++)
        {
            string name = "a" + i;
            backends[i] = await KestrelBackend.StartAsync(context => context.Response.WriteAsync(name));
            await gateway.EndpointAsync(name, backends[i].Address);
        }

        await gateway.RouteAsync("web", route => route with { Balance = balance });
        return (gateway, backends);
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayUnderTest gateway, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (header.Length > 0) request.Headers.TryAddWithoutValidation(header, value);
        return await gateway.Client.SendAsync(request, Cancellation);
    }

    private static async Task<string> AnswererAsync(GatewayUnderTest gateway, string header = "", string value = "")
    {
        using HttpResponseMessage answer = await SendAsync(gateway, header, value);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private static async Task EndAsync(GatewayUnderTest gateway, KestrelBackend[] backends)
    {
        await gateway.DisposeAsync();
        foreach (KestrelBackend backend in backends) await backend.DisposeAsync();
    }

    [Fact]
    public async Task RoundRobin_Requests_GoRound()
    {
        (GatewayUnderTest gateway, KestrelBackend[] backends) =
            await StartAsync(new RouteBalance { Kind = RouteBalanceKind.RoundRobin });
        var seen = new List<string>();
        for (int i = 0; i < 8; i++) seen.Add(await AnswererAsync(gateway));
        Assert.Equal(["a0", "a1", "a2", "a3", "a0", "a1", "a2", "a3"], seen);
        await EndAsync(gateway, backends);
    }

    [Theory]
    [InlineData("header:X-User", "x-user", "")]
    [InlineData("cookie:user", "Cookie", "other=1; user=")]
    public async Task Hash_OneUser_StaysAtOneInstance(string hashOf, string header, string before)
    {
        (GatewayUnderTest gateway, KestrelBackend[] backends) =
            await StartAsync(new RouteBalance { Kind = RouteBalanceKind.Hash, HashOf = hashOf });
        var homes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (int user = 0; user < 30; user++)
            homes["u" + user] = await AnswererAsync(gateway, header, before + "u" + user);
        Assert.Equal(4, homes.Values.Distinct().Count());
        foreach ((string user, string home) in homes)
            Assert.Equal(home, await AnswererAsync(gateway, header, before + user));

        // What leads to a given instance is the same on both paths, after a restart and at another gateway.
        string[] expected = ["u0", "u1", "u2", "u3"];
        Assert.Equal(
            expected.Select(user => Owner(user, gateway)), expected.Select(user => homes[user]));
        await EndAsync(gateway, backends);
    }

    private static string Owner(string user, GatewayUnderTest gateway)
    {
        ulong hash = System.IO.Hashing.XxHash3.HashToUInt64(System.Text.Encoding.ASCII.GetBytes(user));
        var key = new Flyball.Gateway.Balancing.PickKey(hash, null);
        Flyball.Gateway.Routing.Upstream upstream = gateway.Table.Upstreams().Single();
        var owner = upstream.Picker.Pick(upstream.Endpoints, new Flyball.Gateway.Balancing.Pick([], key))!;
        owner.Leave();
        return owner.Name.Split('.')[0];
    }

    [Fact]
    public async Task Hash_OfTheAddress_KeepsAClientAtOneInstance()
    {
        (GatewayUnderTest gateway, KestrelBackend[] backends) =
            await StartAsync(new RouteBalance { Kind = RouteBalanceKind.Hash, HashOf = "address" });
        string home = await AnswererAsync(gateway);
        for (int i = 0; i < 12; i++) Assert.Equal(home, await AnswererAsync(gateway));
        await EndAsync(gateway, backends);
    }

    [Fact]
    public async Task Sticky_CookieOfTheFirstAnswer_KeepsTheClientUntilItsInstanceGoes()
    {
        (GatewayUnderTest gateway, KestrelBackend[] backends) = await StartAsync(
            new RouteBalance { StickyCookie = "seat", StickyFor = TimeSpan.FromHours(1) });
        string home;
        string cookie;
        using (HttpResponseMessage first = await SendAsync(gateway, "", ""))
        {
            home = await first.Content.ReadAsStringAsync(Cancellation);
            cookie = first.Headers.GetValues("Set-Cookie").Single();
        }

        string secure = way.IsSecure() ? "; Secure" : "";
        Assert.Matches($"^seat=[0-9a-f]{{16}}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax{secure}$", cookie);
        string pair = cookie.Split(';')[0];
        for (int i = 0; i < 12; i++)
        {
            using HttpResponseMessage again = await SendAsync(gateway, "Cookie", $"a=b; {pair}");
            Assert.Equal(home, await again.Content.ReadAsStringAsync(Cancellation));
            Assert.False(again.Headers.Contains("Set-Cookie"));
        }

        await gateway.RemoveAsync(home);
        using HttpResponseMessage moved = await SendAsync(gateway, "Cookie", pair);
        Assert.NotEqual(home, await moved.Content.ReadAsStringAsync(Cancellation));
        Assert.DoesNotContain(pair, moved.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        await EndAsync(gateway, backends);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Latency_WhereChoicesDependOnIt_IsObserved(bool depends)
    {
        (GatewayUnderTest gateway, KestrelBackend[] backends) = await StartAsync(new RouteBalance
        {
            Kind = depends ? RouteBalanceKind.Latency : RouteBalanceKind.TwoChoices,
        });
        string answerer = await AnswererAsync(gateway);

        Assert.All(gateway.Table.Upstreams().Single().Endpoints.All, endpoint => Assert.Equal(
            depends && endpoint.Name == answerer + ".http",
            endpoint.Latency.At(TimeProvider.System.GetTimestamp()) > 0));
        await EndAsync(gateway, backends);
    }
}
