using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Explaining;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Explaining;

public sealed class RouteTesterTests
{
    private static readonly Route Web = new() { Service = "shop.web", Host = "shop.test" };

    private static readonly RouteCondition Canary = new() { Name = "X-Canary", Value = "1" };

    private static ResourceSnapshot Snapshot(params (string Name, Route Route)[] routes)
    {
        long revision = 0;
        ResourceSnapshot snapshot = ResourceSnapshot.Empty;
        foreach ((string name, Route route) in routes)
        {
            revision++;
            snapshot = snapshot.Apply([TestParts.Put(Kinds.Route, name, route, revision)], new Revision(revision));
        }

        foreach ((string one, HealthState health) in new[]
            { ("a", HealthState.Passing), ("b", HealthState.Passing), ("c", HealthState.Critical) })
        {
            revision++;
            var endpoint = TestParts.Endpoint(one, 1000 + one[0], health, service: "shop.web");
            snapshot = snapshot.Apply(
                [TestParts.Put(Kinds.Endpoint, one + ".http", endpoint, revision)], new Revision(revision));
        }

        return snapshot;
    }

    private static RouteTestView Test(
        string url, (string Name, Route Route)[] routes, string method = "GET", params string[] headers) =>
        new RouteTester(new FakeTimeProvider()).Test(
            Snapshot(routes), RouteQuestion.Parse(url, method, headers));

    [Theory]
    [InlineData("http://shop.test/admin%2Fx", "refused")]
    [InlineData("http://shop.test//admin", "refused")]
    [InlineData("http://shop.test/a%2Fx", "forward")]
    public void Test_PathThatOthersReadAsAGuardedOne_IsRefusedAsByAGateway(string url, string outcome)
    {
        Route admin = Web with { PathPrefix = "/admin", Auth = new RouteAuth { Keys = new RouteKeyAuth() } };

        Assert.Equal(outcome, Test(url, [("web", Web), ("admin", admin)]).Outcome);
    }

    [Fact]
    public void Test_PlainRoute_TellsWhereAndHow()
    {
        RouteTestView view = Test("http://shop.test:8080/a%20b?q=1", [("web", Web)]);

        Assert.Equal(("forward", "web", "/a b", "/a%20b?q=1", "fast"),
            (view.Outcome, view.Route, view.Path, view.Target, view.ServedBy));
        RouteTestTarget target = Assert.Single(view.Targets);
        Assert.Equal(
            ("shop.web", 100.0, 2, 1),
            (target.Service, target.SharePercent, target.Ready.Count, target.Failing));
        Assert.Contains(view.Policies, policy => policy is { Name: "timeout", Value: "60 s" });
        Assert.Contains(view.Policies, policy => policy is { Name: "balance", Value: "two choices" });
        Assert.Equal("the only one for this host and path", Assert.Single(view.Considered).Why);
    }

    [Fact]
    public void Test_SeveralRoutes_TellsWhyEachWasOrWasNotTaken()
    {
        (string, Route)[] routes =
        [
            ("any", Web with { Host = null }), ("canary", Web with { Headers = [Canary] }), ("deep", Web with
                { PathPrefix = "/cart" }),
            ("other", Web with { Host = "else.test" }), ("web", Web), ("zweb", Web),
        ];

        RouteTestView view = Test("shop.test/", routes);
        Assert.Equal(
            [
                ("canary", "asks for the header X-Canary=1"),
                ("web", "the most specific that fits: this host, any path"),
                ("zweb", "web comes first by name"),
                ("any", "the host of web is more specific"),
            ],
            view.Considered.Select(one => (one.Name, one.Why)));
        Assert.Equal("canary", Test("shop.test/", routes, "GET", "x-canary: 1").Route);
        RouteTestView deep = Test("shop.test/cart/7", routes, "POST");
        Assert.Equal("deep", deep.Route);
        Assert.Equal("the path of deep is more specific", deep.Considered.Single(one => one.Name == "web").Why);
    }

    [Fact]
    public void Test_NoRoute_SaysSo()
    {
        RouteTestView view = Test("http://else.test/x", [("web", Web)]);
        Assert.Equal(("no-route", null), (view.Outcome, view.Route));
        Assert.Contains("Nothing is routed for 'else.test/x'", view.Summary, StringComparison.Ordinal);
        Assert.Empty(view.Considered);
    }

    [Fact]
    public void Test_ActionsAndRewrites_AreWhatTheGatewayDoes()
    {
        RouteTestView redirect = Test(
            "shop.test/a?b", [("r", Web with { Redirect = new RouteRedirect { Scheme = "https", Status = 308 } })]);
        Assert.Equal(("redirect", "https://shop.test/a?b"), (redirect.Outcome, redirect.Target));
        Assert.Equal("answer", Test("shop.test/", [("r", Web with { Answer = new RouteAnswer() })]).Outcome);
        Route users = Web with
        {
            PathPrefix = "/users/{id}", PathKind = RoutePathKind.Template,
            Rewrite = new RouteRewrite { Path = "/u/{id}", Host = "inner.test" },
        };
        RouteTestView rewritten = Test("shop.test/users/7?q", [("r", users)]);
        Assert.Equal(("/u/7?q", "other"), (rewritten.Target, rewritten.ServedBy));
        Assert.Contains(rewritten.Policies, policy => policy is { Name: "host", Value: "inner.test" });
        Route stripped = Web with { PathPrefix = "/api", StripPrefix = true };
        Assert.Equal("/x", Test("shop.test/api/x", [("r", stripped)]).Target);
        RouteTestView odd = Test("shop.test/%61pi/x", [("r", stripped)]);
        Assert.Equal(("/x", "other"), (odd.Target, odd.ServedBy));
    }

    [Fact]
    public void Test_WeightsAndHash_TellSharesAndTheOneInstance()
    {
        Route split = Web with
        {
            Targets = [new RouteTarget { Service = "shop.web", Weight = 3 }, new RouteTarget { Service = "shop.next" }],
            Balance = new RouteBalance { Kind = RouteBalanceKind.Hash, HashOf = "header:X-User" },
        };
        RouteTestView view = Test("shop.test/", [("r", split)], "GET", "X-User: anna");

        Assert.Equal([("shop.web", 75.0), ("shop.next", 25.0)],
            view.Targets.Select(target => (target.Service, target.SharePercent)));
        Assert.Contains(view.Targets[0].Endpoint, view.Targets[0].Ready);
        Assert.Null(view.Targets[1].Endpoint);
        Assert.Equal(
            view.Targets[0].Endpoint,
            Test("shop.test/x", [("r", split)], "GET", "x-user:anna").Targets[0].Endpoint);
    }

    [Fact]
    public void Test_RequestThatWouldBeRefused_SaysWhy()
    {
        RouteTestView view = Test("shop.test/", [("web", Web)], "GET", "Content-Length: 1", "Content-Length: 2");
        Assert.Equal("refused", view.Outcome);
        Assert.Contains("400", view.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a b/", "GET", "")]
    [InlineData("http://u@h/", "GET", "")]
    [InlineData("h/", "G T", "")]
    [InlineData("h/", "GET", "no header")]
    [InlineData("h/", "GET", "X: a\r\nY: b")]
    public void Parse_NoRequest_IsRefused(string url, string method, string header) =>
        Assert.Throws<FormatException>(() => RouteQuestion.Parse(url, method, header.Length == 0 ? [] : [header]));

    [Fact]
    public void Test_StoreChanges_IsAskedAnew()
    {
        var tester = new RouteTester(new FakeTimeProvider());
        var question = RouteQuestion.Parse("shop.test/", "GET", []);
        Assert.Equal("no-route", tester.Test(ResourceSnapshot.Empty, question).Outcome);
        Assert.Equal("forward", tester.Test(Snapshot(("web", Web)), question).Outcome);
    }
}
