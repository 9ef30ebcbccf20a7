using Flyball.Apis.Reading;

namespace Flyball.Apis.Tests.Reading;

public sealed class ExcerptTests
{
    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc…")]
    [InlineData("ab😀", 3, "ab…")]
    [InlineData("a😀b", 3, "a😀…")]
    public void Of_Text_EndsBetweenLetters(string text, int lengthMax, string expected) =>
        Assert.Equal(expected, Excerpt.Of(text, lengthMax));
}
