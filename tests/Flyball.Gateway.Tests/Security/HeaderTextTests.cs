using Flyball.Gateway.Security;

namespace Flyball.Gateway.Tests.Security;

public sealed class HeaderTextTests
{
    /// <summary>A header's outer blanks are nobody's: two names must not become one.</summary>
    [Theory]
    [InlineData("admin", "admin")]
    [InlineData("admin ", "admin%20")]
    [InlineData(" admin", "%20admin")]
    [InlineData("  a b  ", "%20 a b %20")]
    [InlineData(" ", "%20")]
    [InlineData("50%\u00e9", "50%25%C3%A9")]
    [InlineData("", "")]
    public void Ascii_Text_IsToldApartFromEveryOther(string from, string text) =>
        Assert.Equal(text, HeaderText.Ascii(from));
}
