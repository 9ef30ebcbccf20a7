using Flyball.Apis.Searching;

namespace Flyball.Apis.Tests.Searching;

public sealed class SearchTests
{
    private static readonly ApiIndex Shop = ApiIndex.Of(Documents.Read(Documents.File("shop-1.yaml")));

    [Theory]
    [InlineData("order", "Order")]
    [InlineData("cancel", "DELETE /orders/{id}")]
    [InlineData("LISTORDERS", "GET /orders")]
    [InlineData("get customer", "GET /customers/{customer}")]
    [InlineData("newest first", "GET /orders")]
    [InlineData("shop", "Shop")]
    public void In_Words_FindsWhatFitsBest(string words, string first)
    {
        SearchHit[] hits = [.. ApiSearch.Ordered(ApiSearch.Parse(words)!.In("shop.web", 3, Shop))];

        Assert.Equal(first, hits[0].Name);
    }

    [Theory]
    [InlineData("orders nothing")]
    [InlineData("zzz")]
    public void In_AWordThatIsNowhere_FindsNothing(string words) =>
        Assert.Empty(ApiSearch.Parse(words)!.In("shop.web", 3, Shop));

    [Fact]
    public void Parse_NoWord_IsNoQuestion() => Assert.Null(ApiSearch.Parse(" \t "));
}
