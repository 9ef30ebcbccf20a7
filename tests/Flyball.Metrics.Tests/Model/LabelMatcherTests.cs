using Flyball.Metrics.Model;

namespace Flyball.Metrics.Tests.Model;

public sealed class LabelMatcherTests
{
    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "xfoo", false)]
    [InlineData("foo", "foox", false)]
    [InlineData("foo.*", "foo", true)]
    [InlineData("foo.+", "foo", false)]
    [InlineData("foo.+", "foo\nbar", true)]
    [InlineData(".*", "", true)]
    [InlineData("a|b|", "", true)]
    [InlineData("a(b|c)?d", "ad", true)]
    [InlineData("a(b|c)?d", "acd", true)]
    [InlineData("a(b|c)?d", "abcd", false)]
    [InlineData("[^a]", "\U0001F600", true)]
    [InlineData(".", "\U0001F600", true)]
    [InlineData("..", "\U0001F600", false)]
    [InlineData("[\U0001F600-\U0001F610]x", "\U0001F605x", true)]
    [InlineData("(?i)FOO.*", "fooX", true)]
    [InlineData("(?i:f)oo", "FOO", false)]
    [InlineData("\\d+", "12", true)]
    [InlineData("\\d", "٣", false)]
    [InlineData("\\w", "é", false)]
    [InlineData("[[:alpha:]]+", "abZ", true)]
    [InlineData("[[:^alpha:]]+", "12", true)]
    [InlineData("\\pL+", "éß", true)]
    [InlineData("a$", "a\n", false)]
    [InlineData("\\Qa.b\\E", "a.b", true)]
    [InlineData("\\Qa.b\\E", "axb", false)]
    [InlineData("a{2}", "aa", true)]
    [InlineData("a{,2}", "a{,2}", true)]
    [InlineData("(?P<x>a)(?<y>b)", "ab", true)]
    [InlineData("[a-z-[aeiou]]", "a]", true)]
    [InlineData("(?-s:.)", "\n", false)]
    [InlineData("\\x41\\x{42}", "AB", true)]
    public void Matches_Expression_IsAnchoredRe2(string expression, string value, bool expected)
    {
        Assert.Equal(expected, LabelMatcher.Create(MatchKind.Matches, "l", expression).Matches(value));
        Assert.Equal(!expected, LabelMatcher.Create(MatchKind.DoesNotMatch, "l", expression).Matches(value));
    }

    [Theory]
    [InlineData("(", "missing closing )")]
    [InlineData(")", "unexpected )")]
    [InlineData("*a", "missing argument to repetition operator: `*`")]
    [InlineData("a**", "invalid nested repetition operator")]
    [InlineData("(?=a)", "invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("(a)\\1", "invalid escape sequence: `\\1`")]
    [InlineData("[a", "missing closing ]")]
    [InlineData("a{1001}", "invalid repeat count")]
    [InlineData("\\", "trailing backslash")]
    [InlineData("[b-a]", "invalid character class range: `b-a`")]
    public void TryCreate_NotRe2_SaysWhy(string expression, string reason)
    {
        Assert.Null(LabelMatcher.TryCreate(MatchKind.Matches, "l", expression, out string? error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Literals_AlternationsAndSmallClasses_AreListedInByteOrder()
    {
        Assert.Equal(["a1", "a2", "b"], LabelMatcher.Create(MatchKind.Matches, "l", "(b|a[12])").Literals);
        Assert.Empty(LabelMatcher.Create(MatchKind.Matches, "l", "a.*").Literals);
        Assert.Equal("a", LabelMatcher.Create(MatchKind.Matches, "l", "a.*").Prefix);
        Assert.True(LabelMatcher.Create(MatchKind.Matches, "l", ".*").MatchesEverything);
    }
}
