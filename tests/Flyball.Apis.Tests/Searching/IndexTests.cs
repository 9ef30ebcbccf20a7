using Flyball.Apis.Describing;
using Flyball.Apis.Searching;

namespace Flyball.Apis.Tests.Searching;

public sealed class IndexTests
{
    [Fact]
    public void Of_LongTexts_KeepsTheirBeginning()
    {
        string text = new('a', 10_000);
        ApiDescription api = Documents.Read(Documents.Yaml(
            $"/a: {{ get: {{ summary: {text}, operationId: {text}, tags: "
            + $"[{string.Join(", ", Enumerable.Repeat(text, 50))}], responses: {{ }} }} }}"));

        IndexedOperation operation = Assert.Single(ApiIndex.Of(api).Operations);

        Assert.InRange(operation.Summary.Length, 400, 501);
        Assert.InRange(operation.Id!.Length, 400, 501);
        Assert.InRange(operation.Tags.Sum(tag => tag.Length), 400, 20 * 501);
    }
}
