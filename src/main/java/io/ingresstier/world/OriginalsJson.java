package io.ingresstier.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The form in which the originals are stored: JSON with keys in order, readable for a person who has to put things back
 * by hand.
 */
final class OriginalsJson {

    static final String KEY = "originals.json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private OriginalsJson() {}

    static Originals.Facts read(@Nullable String json) {
        var unreadable = new Originals.Facts("", List.of(), null, new TreeMap<>());
        if (json == null) {
            return unreadable;
        }
        try {
            Originals.@Nullable Facts facts = MAPPER.readValue(json, Originals.Facts.class);
            return facts == null ? unreadable : facts;
        } catch (JsonProcessingException e) {
            return unreadable;
        }
    }

    static String write(Originals.Facts facts) {
        try {
            return MAPPER.writeValueAsString(facts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the originals cannot be written as JSON", e);
        }
    }

    static String digest(String json) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
