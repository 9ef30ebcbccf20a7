using System.Text;

namespace Flyball.Apis.Reading;

/// <summary>Reads bytes as JSON when they begin like it, otherwise as YAML. Never throws for what is in them.</summary>
internal static class DocTree
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static (DocNode? Root, ApiFault? Fault) Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.Length > ReadLimits.BytesMax)
            return (null, new ApiFault("", 0, 0, $"the document is larger than {ReadLimits.BytesMax >> 20} MiB"));
        ReadOnlySpan<byte> begin = bytes.TrimStart(" \t\r\n"u8);
        if (begin.IsEmpty) return (null, new ApiFault("", 0, 0, "the document is empty"));
        // A service that answers every path with its page: no document, and neither JSON nor YAML begins so.
        if (begin[0] == (byte)'<')
            return (null, new ApiFault("", 0, 0, "this is a page in HTML or XML, and no OpenAPI document"));
        try
        {
            return (begin[0] == (byte)'{' ? JsonTree.Read(bytes) : YamlTree.Read(Strict.GetString(bytes)), null);
        }
        catch (FaultException e)
        {
            return (null, e.Fault);
        }
        catch (DecoderFallbackException)
        {
            return (null, new ApiFault("", 0, 0, "the document is not UTF-8 text"));
        }
    }
}
