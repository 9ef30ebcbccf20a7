using System.Text;
using Flyball.Apis.Keeping;
using Flyball.Base.Work;
using Flyball.Contracts.Scheduling;

namespace Flyball.Apis.Tests.Keeping;

public sealed class DocumentStoreTests
{
    /// <summary>The newest index stays only while all of them have room: their number alone bounds no memory.</summary>
    [Theory]
    [InlineData(1_000_000, 2)]
    [InlineData(150, 4)]
    public async Task Index_OfManyLetters_TakesThePlaceOfOthers(long lettersMax, int readsExpected)
    {
        var blobs = new CountedBlobs();
        using var metrics = new ApisMetrics();
        using var documents = new DocumentStore(
            new ApisOptions { IndexLettersMax = lettersMax }, blobs, PoolWorkers.Instance, metrics);

        foreach (string digest in new[] { "a", "b", "a", "b" })
            Assert.NotNull(await documents.IndexAsync(digest, TestContext.Current.CancellationToken));

        Assert.Equal(readsExpected, blobs.Reads);
    }

    /// <summary>A document for each digest, with a hundred letters to search.</summary>
    private sealed class CountedBlobs : IBlobs
    {
        public int Reads { get; private set; }

        public ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation = default)
        {
            Reads++;
            string text = Documents.Yaml($"/{digest}: {{ get: {{ summary: {new string('a', 100)} }} }}");
            return new(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        }

        public ValueTask<string?> KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation = default) =>
            new((string?)null);
    }
}
