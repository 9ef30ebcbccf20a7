using System.Text;
using Flyball.Contracts.Gateway;

namespace Flyball.Contracts.Tests.Gateway;

public sealed class RouteTests
{
    /// <summary>As the first release stored it.</summary>
    private static readonly string First = (
        "{'format':1,'host':'frozen.localhost','pathPrefix':'/','stripPrefix':false,'service':'frozen.sleeper'," +
        "'port':'http','protocol':'http','timeout':'00:01:00','retries':2,'project':'frozen'}").Replace('\'', '"');

    [Fact]
    public void Decode_RouteOfTheFirstRelease_ReadsAndWritesTheSame()
    {
        Route route = Kinds.Route.Decode(Encoding.UTF8.GetBytes(First));

        Assert.Equal("frozen.sleeper", route.Service);
        Assert.Null(route.PathKind);
        Assert.Null(route.Targets);
        Assert.Equal(First, Encoding.UTF8.GetString(Kinds.Route.Encode(route)));
    }

    [Fact]
    public void Encode_RouteWithEverything_ComesBack()
    {
        var route = new Route
        {
            PathPrefix = "/users/{id}", PathKind = RoutePathKind.Template, Methods = ["GET"], Service = "shop.web",
            Headers = [new RouteCondition { Name = "x", Kind = RouteConditionKind.Absent }],
            Query = [new RouteCondition { Name = "q", Value = "1" }],
            Targets = [new RouteTarget { Service = "shop.a", Weight = 0 }],
            Rewrite = new RouteRewrite { Request = new HeaderChanges { Remove = ["a"] } },
            Redirect = new RouteRedirect { Scheme = "https" }, Answer = new RouteAnswer { Body = "b" },
            Balance = new RouteBalance { Kind = RouteBalanceKind.Hash, HashOf = "address" },
            Limits = new RouteLimits { Adaptive = true },
            Mirror = new RouteMirror { Service = "shop.m", Percent = 0.5 },
            Fault = new RouteFault { Abort = 503, AbortPercent = 0 }, TryTimeout = TimeSpan.FromSeconds(1),
        };
        byte[] bytes = Kinds.Route.Encode(route);

        Route back = Kinds.Route.Decode(bytes);

        Assert.Equal(bytes, Kinds.Route.Encode(back));
        Assert.Equal(0, back.Targets![0].Weight);
        Assert.Equal(RouteConditionKind.Absent, back.Headers![0].Kind);
        Assert.Equal((0.5, 0, 302), (back.Mirror!.Percent, back.Fault!.AbortPercent, back.Redirect!.Status));
    }

    [Fact]
    public void Place_OfTwoRoutesThatWantTheSame_IsTheSame()
    {
        var one = new Route
        {
            Service = "a", Host = "h", Methods = ["GET", "PUT"],
            Headers = [new() { Name = "A", Value = "1" }, new() { Name = "b", Value = "2" }],
        };
        Route other = one with
        {
            Service = "b", Methods = ["PUT", "GET"],
            Headers = [new() { Name = "B", Value = "2" }, new() { Name = "a", Value = "1" }],
        };

        Assert.Equal(RoutePlace.WithConditions(one), RoutePlace.WithConditions(other));
        Assert.NotEqual(RoutePlace.WithConditions(one), RoutePlace.WithConditions(one with { Methods = null }));
        Assert.NotEqual(
            RoutePlace.WithConditions(one), RoutePlace.WithConditions(one with { PathKind = RoutePathKind.Exact }));
        Assert.Equal(RoutePlace.Of(one), RoutePlace.Of(one with { Methods = null, PathKind = RoutePathKind.Exact }));
    }

    [Theory]
    [InlineData("X-A", "b c", true)]
    [InlineData("X A", "b", false)]
    [InlineData("X-A", "b\r\nX: y", false)]
    [InlineData("X-A", " b", false)]
    [InlineData("transfer-Encoding", "chunked", false)]
    public void MayWrite_OnlyWhatBreaksNoMessage(string name, string value, bool may) =>
        Assert.Equal(may, HeaderRules.MayWrite(new HeaderValue { Name = name, Value = value }));
}
