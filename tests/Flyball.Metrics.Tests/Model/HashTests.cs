using System.Text;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Tests.Model;

public sealed class HashTests
{
    /// <summary>Values of the reference implementation.</summary>
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x0B242D361FDA71BC)]
    public void XxHash64_KnownTexts_GivesTheReferenceValues(string text, ulong expected) =>
        Assert.Equal(expected, XxHash64.Of(Encoding.UTF8.GetBytes(text)));
}
