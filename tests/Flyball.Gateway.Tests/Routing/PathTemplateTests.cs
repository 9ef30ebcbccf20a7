using Flyball.Gateway.Routing.Paths;

namespace Flyball.Gateway.Tests.Routing;

public sealed class PathTemplateTests
{
    [Theory]
    [InlineData("/users/{id}", "/users/7", true)]
    [InlineData("/users/{id}", "/users/", false)]
    [InlineData("/users/{id}", "/users", false)]
    [InlineData("/users/{id}", "/users/7/", false)]
    [InlineData("/users/{id}", "/users/7/orders", false)]
    [InlineData("/users/{id}/orders", "/users/7/orders", true)]
    [InlineData("/users/{id}/orders", "/users/7/order", false)]
    [InlineData("/{a}/{b}", "/x/y", true)]
    [InlineData("/{a}/{b}", "/x", false)]
    [InlineData("/files/{*rest}", "/files", true)]
    [InlineData("/files/{*rest}", "/files/", true)]
    [InlineData("/files/{*rest}", "/files/a/b", true)]
    [InlineData("/files/{*rest}", "/filesx", false)]
    [InlineData("/Users/{id}", "/users/7", false)]
    public void Matches_WholeSegments(string template, string path, bool expected) =>
        Assert.Equal(expected, PathTemplate.Parse(template).Matches(path));

    [Theory]
    [InlineData("users/{id}")]
    [InlineData("/users/{}")]
    [InlineData("/users/{i d}")]
    [InlineData("/users/x{id}")]
    [InlineData("/{*rest}/x")]
    [InlineData("/{id}/{id}")]
    [InlineData("/a}")]
    public void Parse_NoTemplate_SaysSo(string text) =>
        Assert.Throws<FormatException>(() => PathTemplate.Parse(text));

    [Fact]
    public void Values_OfAPath_AreItsSegments()
    {
        var values = PathTemplate.Parse("/u/{id}/{*rest}").Values("/u/7/a/b");
        Assert.Equal("7", values["id"]);
        Assert.Equal("a/b", values["rest"]);
        Assert.Equal("", PathTemplate.Parse("/u/{id}/{*rest}").Values("/u/7")["rest"]);
    }
}
