using System.Text;
using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>Fields that a <c>Connection</c> header names concern that connection only (RFC 9110 §7.6.1).</summary>
internal static class Nomination
{
    public static bool Has(ReadOnlySpan<byte> bytes, HeadFields fields, in HeadField named)
    {
        ReadOnlySpan<byte> name = named.Name(bytes);
        foreach (ref readonly HeadField field in fields.Items)
        {
            if (field.Id == FieldId.Connection && FieldLists.Has(field.Value(bytes), name))
                return ConnectionHeaders.MayName(Encoding.ASCII.GetString(name));
        }

        return false;
    }
}
