using Flyball.Identity.Tokens;
using Microsoft.AspNetCore.Http;

namespace Flyball.Identity.Tests;

/// <summary>What browsers say about the pages that their requests come from.</summary>
public sealed class BrowserOriginTests
{
    [Theory]
    // Clients that are no browsers, and a person who types the address.
    [InlineData("POST", "", "", "", "", false)]
    [InlineData("GET", "", "none", "navigate", "document", false)]
    // Our own page: its links and its forms.
    [InlineData("GET", "", "same-origin", "navigate", "document", false)]
    [InlineData("POST", "http://127.0.0.1:7070", "same-origin", "navigate", "document", false)]
    [InlineData("POST", "http://127.0.0.1:7070", "", "", "", false)]
    // A link to here on a page from elsewhere.
    [InlineData("GET", "", "cross-site", "navigate", "document", false)]
    // A form, a script, a picture and a frame there; another port is another page, and so is none.
    [InlineData("POST", "https://evil.example", "cross-site", "navigate", "document", true)]
    [InlineData("POST", "", "cross-site", "navigate", "document", true)]
    [InlineData("POST", "http://127.0.0.1:3000", "same-site", "cors", "empty", true)]
    [InlineData("POST", "null", "cross-site", "navigate", "document", true)]
    [InlineData("GET", "", "cross-site", "no-cors", "image", true)]
    [InlineData("GET", "", "cross-site", "navigate", "iframe", true)]
    [InlineData("GET", "https://evil.example", "cross-site", "websocket", "empty", true)]
    [InlineData("DELETE", "https://evil.example", "", "", "", true)]
    // Our own address by another scheme, which somebody on the way can answer for: the browser tells them apart.
    [InlineData("POST", "http://127.0.0.1:7070", "cross-site", "cors", "empty", true)]
    // Another port, another name and none at all of this machine.
    [InlineData("POST", "http://127.0.0.1:8080", "", "", "", true)]
    [InlineData("POST", "http://localhost:7070", "", "", "", true)]
    [InlineData("POST", "null", "", "", "", true)]
    public void IsForeign_Request_IsWhatAPageFromElsewhereSends(
        string method, string origin, string site, string mode, string destination, bool expected)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Host = new HostString("127.0.0.1", 7070);
        Set("Origin", origin);
        Set("Sec-Fetch-Site", site);
        Set("Sec-Fetch-Mode", mode);
        Set("Sec-Fetch-Dest", destination);

        Assert.Equal(expected, BrowserOrigin.IsForeign(request));

        void Set(string name, string value)
        {
            if (value.Length > 0) request.Headers[name] = value;
        }
    }
}
