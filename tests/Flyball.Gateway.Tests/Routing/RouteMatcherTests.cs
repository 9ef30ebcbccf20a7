using System.Text;
using CsCheck;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Serving;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Routing;

public sealed class RouteMatcherTests
{
    private static readonly string?[] Hosts =
        [null, "a.test", "b.test", "x.a.test", "*.test", "*.a.test", "*", "A.Test"];
    private static readonly string[] Prefixes = ["/", "", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/A", "/a//b"];
    private static readonly string[] RequestHosts =
        ["a.test", "A.TEST:80", "b.test.", "x.a.test", "y.x.a.test", "test", "c.test", "other", "", "[::1]:80",
            ".test"];
    private static readonly string[] Paths =
        ["/", "/a", "/a/", "/ab", "/a/b", "/a/b/c/d", "/a/bc", "/A/x", "/b", "/a//b/c", ""];

    private static RouteMatcher Build(params RouteEntry[] routes)
    {
        RouteMatcher.Editor editor = RouteMatcher.Empty.Edit();
        foreach (RouteEntry route in routes) editor.Add(route);
        return editor.Build();
    }

    [Theory]
    [InlineData("shop.test", "/api/v1/x", "exact-api-v1")]
    [InlineData("shop.test", "/api/v10", "exact-api")]
    [InlineData("shop.test:8080", "/apix", "exact")]
    [InlineData("SHOP.TEST", "/API", "exact")]
    [InlineData("deep.sub.test", "/", "wild-sub")]
    [InlineData("sub.test", "/", "wild")]
    [InlineData("deep.sub.test", "/only-wild/x", "wild-only")]
    [InlineData("elsewhere", "/", "any")]
    [InlineData("test", "/", "any")]
    public void Match_SpecificHostThenLongestPrefix_Wins(string host, string path, string expected)
    {
        RouteMatcher matcher = Build(
            TestParts.Entry("any", null, "/"), TestParts.Entry("wild", "*.test", "/"),
            TestParts.Entry("wild-only", "*.test", "/only-wild"),
            TestParts.Entry("wild-sub", "*.sub.test", "/x"), TestParts.Entry("exact", "shop.test", "/"),
            TestParts.Entry("exact-api", "shop.test", "/api/"),
            TestParts.Entry("exact-api-v1", "shop.test", "/api/v1"));
        if (expected == "wild-sub") path = "/x";

        Assert.Equal(expected, matcher.Match(host, path)?.Name);
    }

    [Fact]
    public void Match_SameHostAndPrefix_FirstNameWinsInWhateverOrderTheyCame()
    {
        RouteMatcher matcher =
            Build(TestParts.Entry("b", "h", "/"), TestParts.Entry("a", "h", "/"), TestParts.Entry("c", "h", "/"));
        Assert.Equal("a", matcher.Match("h", "/")!.Name);

        RouteMatcher.Editor editor = matcher.Edit();
        editor.Remove(TestParts.Entry("a", "h", "/"));
        Assert.Equal("b", editor.Build().Match("h", "/")!.Name);
        Assert.Equal("a", matcher.Match("h", "/")!.Name);
    }

    [Fact]
    public void Match_AnyRoutesAndRequests_IsWhatTheNaiveModelSays() =>
        Gen.Select(Gen.Int[0, Hosts.Length - 1], Gen.Int[0, Prefixes.Length - 1], Gen.Bool).Array[0, 30].Sample(steps =>
        {
            RouteMatcher matcher = RouteMatcher.Empty;
            var model = new List<RouteEntry>();
            for (int i = 0; i < steps.Length; i++)
            {
                (string? host, string prefix, bool removes) = (
                    Hosts[steps[i].Item1], Prefixes[steps[i].Item2], steps[i].Item3);
                RouteMatcher.Editor editor = matcher.Edit();
                if (removes && model.Count > 0)
                {
                    RouteEntry gone = model[i % model.Count];
                    editor.Remove(gone);
                    model.Remove(gone);
                }
                else
                {
                    RouteEntry added = TestParts.Entry($"r{i % 7}-{i}", host, prefix);
                    editor.Add(added);
                    model.Add(added);
                }

                matcher = editor.Build();
            }

            foreach (string host in RequestHosts)
                foreach (string path in Paths)
                    Assert.Equal(Naive(model, host, path)?.Name, matcher.Match(host, path)?.Name);
        });

    private static Route RouteAt(string path, string? method = null, params string[] headers) => new()
    {
        Service = "s", PathPrefix = path.TrimStart('='), Methods = method is null ? null : [method],
        PathKind = path.StartsWith('=')
            ? RoutePathKind.Exact
            : path.Contains('{', StringComparison.Ordinal) ? RoutePathKind.Template : null,
        Headers = [.. headers.Select(one => new RouteCondition { Name = one, Value = "1" })],
    };

    private static string? Match(string path, string method, string header, params (string Name, Route Route)[] routes)
    {
        RouteMatcher matcher = Build([.. routes.Select(one => TestParts.Entry(one.Name, one.Route))]);
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        foreach (string name in header.Split(',', StringSplitOptions.RemoveEmptyEntries))
            context.Request.Headers[name] = "1";
        return matcher.Match("h", path, new ContextFacts(context))?.Name;
    }

    [Theory]
    [InlineData("/users/me", "exact")]
    [InlineData("/users/7", "template")]
    [InlineData("/users/7/orders", "longer")]
    [InlineData("/users/7/orders/9/lines", "rest")]
    [InlineData("/users/7/x", "prefix")]
    [InlineData("/users", "prefix")]
    [InlineData("/else", "all")]
    public void Match_ExactThenTemplateThenPrefix_Wins(string path, string expected) => Assert.Equal(expected, Match(
        path, "GET", "", ("all", RouteAt("/")), ("prefix", RouteAt("/users")), ("template", RouteAt("/users/{id}")),
        ("longer", RouteAt("/users/{id}/orders")), ("rest", RouteAt("/users/{id}/orders/{*more}")),
        ("exact", RouteAt("=/users/me"))));

    [Theory]
    [InlineData("GET", "", "any")]
    [InlineData("POST", "", "method")]
    [InlineData("GET", "a", "one")]
    [InlineData("POST", "a", "method")]
    [InlineData("GET", "a,b", "two")]
    [InlineData("PUT", "b", "any")]
    public void Match_MethodThenMoreHeaders_Wins(string method, string headers, string expected) =>
        Assert.Equal(expected, Match(
            "/", method, headers, ("any", RouteAt("/")), ("one", RouteAt("/", null, "a")),
            ("two", RouteAt("/", null, "a", "b")), ("method", RouteAt("/", "POST"))));

    [Fact]
    public void Match_NoRouteAtThePlaceFits_TheNextPlaceIsAsked()
    {
        (string, Route)[] routes =
            [("deep", RouteAt("/a/b", "POST")), ("exact", RouteAt("=/a/b", "PUT")), ("flat", RouteAt("/a"))];
        Assert.Equal("flat", Match("/a/b", "GET", "", routes));
        Assert.Equal("deep", Match("/a/b", "POST", "", routes));
        Assert.Null(Match("/b", "POST", "", routes));
    }

    [Theory]
    [InlineData("a=1&b=2", "b", "Exact", "2", true)]
    [InlineData("a=1&b=2", "b", "Exact", "3", false)]
    [InlineData("b=3&b=2", "b", "Exact", "2", true)]
    [InlineData("a%62c=x+y%21", "abc", "Exact", "x y!", true)]
    [InlineData("b", "b", "Present", null, true)]
    [InlineData("b", "b", "Exact", "", true)]
    [InlineData("", "b", "Present", null, false)]
    [InlineData("", "b", "Absent", null, true)]
    [InlineData("c=1&b=", "b", "Absent", null, false)]
    [InlineData("v=2.7", "v", "Prefix", "2.", true)]
    [InlineData("v=3.7", "v", "Prefix", "2.", false)]
    public void QueryFields_AskedForAParameter_AreReadAsFormsWriteThem(
        string query, string name, string kind, string? value, bool expected)
    {
        var test = new FieldTest(new RouteCondition
        {
            Name = name, Kind = Enum.Parse<RouteConditionKind>(kind), Value = value,
        });
        Assert.Equal(expected, QueryFields.Fit(Encoding.ASCII.GetBytes(query), test));
    }

    [Fact]
    public void Match_TenThousandRoutes_AllocatesNothing()
    {
        RouteMatcher matcher = Build([.. Enumerable.Range(0, 10_000)
            .Select(i => TestParts.Entry(
                "r" + i, i % 2 == 0 ? $"h{i}.test" : $"*.w{i}.test", i % 3 == 0 ? "/" : "/a/b"))]);
        string host = "H9998.test:8080";
        Assert.Equal("r9998", matcher.Match(host, "/a/b/c")!.Name);
        Assert.Equal("r9997", matcher.Match("x.y.w9997.test", "/a/b/c")!.Name);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            matcher.Match(host, "/a/b/c");
            matcher.Match("x.y.w9997.test", "/nothing/here/at/all");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The rules, one route at a time, with strings.</summary>
    private static RouteEntry? Naive(List<RouteEntry> routes, string hostHeader, string path)
    {
        string host = hostHeader.ToLowerInvariant();
        if (!host.EndsWith(']') && host.LastIndexOf(':') >= 0) host = host[..host.LastIndexOf(':')];
        if (host.Length > 1 && host.EndsWith('.')) host = host[..^1];
        return routes
            .Where(route => HostFits(route.Route.Host?.ToLowerInvariant(), host)
                && PathFits(route.Route.PathPrefix, path))
            .OrderByDescending(route => HostRank(route.Route.Host))
            .ThenByDescending(route => HostRank(route.Route.Host) == 1 ? route.Route.Host!.Length : 0)
            .ThenByDescending(route => route.Route.PathPrefix.TrimEnd('/').Length)
            .ThenBy(route => route.Name, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static int HostRank(string? host) =>
        host is null or "*" ? 0 : host.StartsWith("*.", StringComparison.Ordinal) ? 1 : 2;

    private static bool HostFits(string? pattern, string host) => HostRank(pattern) switch
    {
        0 => true,
        1 => host.EndsWith(pattern![1..], StringComparison.Ordinal),
        _ => host == pattern,
    };

    private static bool PathFits(string prefix, string path)
    {
        string bare = prefix.TrimEnd('/');
        return bare.Length == 0 || path == bare || path.StartsWith(bare + "/", StringComparison.Ordinal);
    }
}
