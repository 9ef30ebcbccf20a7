using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Security.Cors;

namespace Flyball.Gateway.Tests.Security;

public sealed class CorsTests
{
    private static readonly RouteCors Shop = new()
    {
        Origins = ["https://shop.example", "https://*.shop.example", "http://localhost:3000"],
        Methods = ["GET", "PUT"],
        Headers = ["X-Trace"],
        Expose = ["X-Total"],
        Credentials = true,
        MaxAge = TimeSpan.FromMinutes(10),
    };

    private static string? Header(IReadOnlyList<KeyValuePair<string, string>> answer, string name) =>
        answer.Where(header => header.Key == name).Select(header => header.Value).SingleOrDefault();

    [Theory]
    [InlineData("https://shop.example", true)]
    [InlineData("https://a.shop.example", true)]
    [InlineData("https://a.b.shop.example", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://shop.example", false)]
    [InlineData("https://shop.example:8443", false)]
    [InlineData("https://evilshop.example", false)]
    [InlineData("https://shop.example.evil", false)]
    [InlineData("https://evil@shop.example", false)]
    [InlineData("https://evil/.shop.example", false)]
    [InlineData("https://.shop.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Answer_ByOrigin_NamesItOnlyWhereItIsAllowed(string origin, bool allowed)
    {
        IReadOnlyList<KeyValuePair<string, string>> answer = new CorsPolicy(Shop).Answer(origin);

        Assert.Equal(allowed ? origin : null, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(allowed ? "true" : null, Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Equal(allowed ? "X-Total" : null, Header(answer, "Access-Control-Expose-Headers"));
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    [Theory]
    [InlineData("PUT", null, true)]
    [InlineData("PUT", "x-trace", true)]
    [InlineData("PUT", "X-Trace, content-type", true)]
    [InlineData("PUT", "x-other", false)]
    [InlineData("DELETE", null, false)]
    [InlineData("put", null, false)]
    public void Preflight_ByMethodAndHeaders_SaysWhatIsAllowed(string method, string? headers, bool allowed)
    {
        IReadOnlyList<KeyValuePair<string, string>> answer =
            new CorsPolicy(Shop).Preflight("https://shop.example", method, headers);

        Assert.Equal(allowed ? "https://shop.example" : null, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(allowed ? "GET, PUT" : null, Header(answer, "Access-Control-Allow-Methods"));
        Assert.Equal(allowed ? "600" : null, Header(answer, "Access-Control-Max-Age"));
        Assert.Equal(
            allowed && headers is not null ? headers.ToLowerInvariant() : null,
            Header(answer, "Access-Control-Allow-Headers"));
        Assert.Contains("Access-Control-Request-Method", Header(answer, "Vary"), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_AnyOrigin_IsTheStarAndNeverWithCredentials()
    {
        var open = new CorsPolicy(new RouteCors { Origins = ["*"] });
        var unsafeOne = new CorsPolicy(new RouteCors { Origins = ["*"], Credentials = true });

        Assert.Equal("*", Header(open.Answer("https://a.example"), "Access-Control-Allow-Origin"));
        Assert.Null(Header(unsafeOne.Answer("https://a.example"), "Access-Control-Allow-Origin"));
        Assert.Null(Header(open.Answer(null), "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("OPTIONS", "https://a.example", "PUT", true)]
    [InlineData("OPTIONS", "https://a.example", null, false)]
    [InlineData("OPTIONS", null, "PUT", false)]
    [InlineData("GET", "https://a.example", "PUT", false)]
    public void IsPreflight_NeedsAllThree(string method, string? origin, string? wanted, bool expected) =>
        Assert.Equal(expected, CorsPolicy.IsPreflight(method, origin, wanted));
}
